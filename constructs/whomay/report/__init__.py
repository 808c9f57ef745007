"""Results as text: Markdown, HTML, SARIF, graphs. Nothing here decides anything."""
