import { mendLanguage } from './language-tag';

// The page imports this module first: it is done before any other module of the page begins.
mendLanguage();
