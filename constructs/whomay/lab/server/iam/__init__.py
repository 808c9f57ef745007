"""What IAM refuses and MiniStack takes: documents, sizes, quotas, names, deletions."""
