/** A thread that never comes to read what it is told. */
for (;;);
