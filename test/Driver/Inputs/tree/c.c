int also;
