"""Rules about resources other than principals: public access, secrets, data. One rule a file."""
