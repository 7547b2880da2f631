// A page of tests stays for many files: each begins at the address of the page itself, and not at the place where the last one ended.
history.replaceState(null, '', location.pathname + location.search);
