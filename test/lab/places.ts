/** Where the lab's mirrors stand, in order: far apart, so that rank and scope have something to decide. */

export interface Place {
  city: string;
  /** ISO 3166-1 alpha-2. */
  country: string;
  /** Degrees north and east. */
  latitude: number;
  longitude: number;
}

export const places: readonly Place[] = [
  { city: "Frankfurt", country: "DE", latitude: 50.11, longitude: 8.68 },
  { city: "New York", country: "US", latitude: 40.71, longitude: -74.01 },
  { city: "Tokyo", country: "JP", latitude: 35.68, longitude: 139.69 },
  { city: "São Paulo", country: "BR", latitude: -23.55, longitude: -46.63 },
  { city: "Sydney", country: "AU", latitude: -33.87, longitude: 151.21 },
  { city: "Johannesburg", country: "ZA", latitude: -26.2, longitude: 28.05 },
  { city: "Mumbai", country: "IN", latitude: 19.08, longitude: 72.88 },
  { city: "London", country: "GB", latitude: 51.51, longitude: -0.13 },
  { city: "San Francisco", country: "US", latitude: 37.77, longitude: -122.42 },
  { city: "Singapore", country: "SG", latitude: 1.35, longitude: 103.82 },
];
