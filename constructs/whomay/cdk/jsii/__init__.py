"""What the border between Python and CDK's JavaScript needs: tokens, references, callers."""
