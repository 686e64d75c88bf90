"""The Results page: a trained run measured on examples it never saw. It may import engine and what pages share."""
