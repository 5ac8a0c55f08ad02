"""Shared by the pages: styles, parameters, images, notifications and background tasks."""
