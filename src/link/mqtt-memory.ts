import './mqtt-lengths.ts';
import packets from 'mqtt-packet';

// Otherwise 65,536 buffers of two bytes each, 10 MB, are made for numbers that are as quickly written anew.
packets.writeToStream.cacheNumbers = false;
