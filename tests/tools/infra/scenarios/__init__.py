"""Scenarios of the templates in infra/; tests/tests/infra/main.rs runs each as a test."""
