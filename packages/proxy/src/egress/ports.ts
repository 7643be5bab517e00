/** Ports above 1023 where something listens that takes orders from whoever can speak to it. */
const SERVICE_PORTS: ReadonlySet<number> = new Set([
  1080, 1099, 1433, 1434, 1521, 1723, 1883, 2049, 2181, 2375, 2376, 2377, 2379, 2380, 3128, 3260, 3306, 3389,
  4369, 4505, 4506, 4848, 5044, 5432, 5433, 5601, 5671, 5672, 5900, 5901, 5984, 5985, 5986, 6000, 6001, 6066,
  6379, 6380, 6443, 6666, 6667, 7077, 7199, 7474, 7687, 8009, 8086, 8125, 8126, 8200, 8300, 8301, 8500, 8600,
  8983, 9042, 9090, 9092, 9093, 9100, 9160, 9200, 9300, 9418, 9735, 10009, 10249, 10250, 10255, 10256, 11211,
  15672, 16379, 26257, 26379, 27017, 27018, 27019, 28017, 50070, 61616,
]);

/** 443, 8443, and ports from 1024 up that no well-known service uses. */
export function isUpstreamPort(port: number): boolean {
  return port === 443 || (port >= 1024 && port <= 65_535 && !SERVICE_PORTS.has(port));
}
