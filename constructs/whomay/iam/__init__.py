"""The policy language, and what AWS is: plain Python that everything else may use."""
