"""The contract's requests sent to the deployed lab, whose answers are compared with the engine's."""
