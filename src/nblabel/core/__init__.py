"""What the product is about, as plain data: elements, tags, tasks, annotations, changes."""
