import type { Criticality } from '#shared/records/equipment.ts';

export interface SampleEquipment {
  /** SFI group and running number. */
  code: string;
  name: string;
  location: string;
  maker: string;
  model: string;
  serialNumber: string;
  criticality: Criticality;
  /** Hours on the meter; null where there is none. */
  runningHours: number | null;
}

const item = (
  code: string,
  name: string,
  location: string,
  [maker, model, serialNumber]: readonly [maker: string, model: string, serialNumber: string],
  criticality: Criticality,
  runningHours: number | null = null,
): SampleEquipment => ({ code, name, location, maker, model, serialNumber, criticality, runningHours });

/** A geared multi-purpose ship of some 9,600 dwt, twelve years in service, medium-speed engine, CP propeller. */
export const sampleEquipment: readonly SampleEquipment[] = [
  item(
    '301.01',
    'Hatch covers, hold 1',
    'Main deck, fr. 86–128',
    ['MacGregor', 'Folding, hydraulic', 'HC-20911-1'],
    'A',
  ),
  item(
    '301.02',
    'Hatch covers, hold 2',
    'Main deck, fr. 38–84',
    ['MacGregor', 'Folding, hydraulic', 'HC-20911-2'],
    'A',
  ),
  item(
    '331.01',
    'Cargo crane no. 1',
    'Port side, fr. 84',
    ['MacGregor', 'GLB 6028-2', '61-3320'],
    'B',
    4_118,
  ),
  item(
    '331.02',
    'Cargo crane no. 2',
    'Port side, fr. 40',
    ['MacGregor', 'GLB 6028-2', '61-3321'],
    'B',
    3_962,
  ),
  item('403.01', 'Steering gear', 'Steering gear room', ['Rolls-Royce', 'Tenfjord SR642', 'T-11874'], 'A'),
  item('404.01', 'Bow thruster', 'Bow thruster room', ['Brunvoll', 'FU-63-LTC-1550', '10-412'], 'B', 2_207),
  item('411.01', 'X-band radar', 'Bridge', ['Furuno', 'FAR-2117', '4386-0192'], 'A', 38_940),
  item('411.02', 'S-band radar', 'Bridge', ['Furuno', 'FAR-2137S', '4387-0077'], 'A', 29_415),
  item(
    '421.01',
    'FleetBroadband terminal',
    'Bridge, radio console',
    ['Cobham', 'SAILOR 500', '82041377'],
    'B',
  ),
  item('432.01', 'Anchor windlass', 'Forecastle', ['Hatlapa', 'KSW 44 K3', '28813'], 'A'),
  item('434.01', 'Mooring winch, aft', 'Poop deck', ['Hatlapa', 'MW 120', '28816'], 'B'),
  item('501.01', 'Free-fall lifeboat', 'Poop deck, stern ramp', ['Norsafe', 'GES 21', 'N-21-0664'], 'A'),
  item(
    '503.01',
    'Rescue boat and davit',
    'Boat deck, starboard',
    ['Norsafe', 'Merlin 6.15', 'M615-1180'],
    'A',
  ),
  item(
    '555.01',
    'Provision refrigeration plant',
    'Engine room, 2nd deck',
    ['Bitzer', '4FES-5Y', '1680112043'],
    'C',
    71_230,
  ),
  item(
    '571.01',
    'Air-conditioning plant',
    'A/C room, poop deck',
    ['Heinen & Hopman', 'MCU-180', 'HH-09-3372'],
    'C',
    33_806,
  ),
  item(
    '582.01',
    'Sewage treatment plant',
    'Engine room, 3rd deck',
    ['Hamworthy', 'ST2A', 'H-55207'],
    'B',
    88_412,
  ),
  item('601.01', 'Main engine', 'Engine room, tank top', ['MaK', '9M32C', '37214'], 'A', 61_482),
  item(
    '601.02',
    'Main engine turbocharger',
    'Engine room, 3rd deck',
    ['ABB', 'TPL67-C33', 'HT 460913'],
    'A',
    61_482,
  ),
  item(
    '631.01',
    'Reduction gear with PTO',
    'Engine room, tank top',
    ['RENK', 'RSV-850', '108 443'],
    'A',
    61_470,
  ),
  item(
    '634.01',
    'Stern tube seals',
    'Shaft tunnel',
    ['Blohm + Voss', 'Simplex-Compact 2000', 'SC-390-71'],
    'A',
  ),
  item(
    '641.01',
    'Auxiliary boiler',
    'Engine room, 2nd deck',
    ['Aalborg', 'CHB-1600', '24-8817'],
    'B',
    21_064,
  ),
  item(
    '651.01',
    'Diesel generator no. 1',
    'Engine room, 3rd deck',
    ['Yanmar', '6EY18ALW', '8114'],
    'A',
    18_204,
  ),
  item(
    '651.02',
    'Diesel generator no. 2',
    'Engine room, 3rd deck',
    ['Yanmar', '6EY18ALW', '8115'],
    'A',
    22_871,
  ),
  item(
    '651.03',
    'Diesel generator no. 3',
    'Engine room, 3rd deck',
    ['Yanmar', '6EY18ALW', '8116'],
    'A',
    19_655,
  ),
  item(
    '665.01',
    'Emergency generator',
    'Emergency generator room',
    ['Volvo Penta', 'D7A TA', '7007 443 180'],
    'A',
    412,
  ),
  item(
    '702.01',
    'Fuel oil separator no. 1',
    'Separator room',
    ['Alfa Laval', 'S 821', '4190233'],
    'A',
    27_719,
  ),
  item(
    '702.02',
    'Fuel oil separator no. 2',
    'Separator room',
    ['Alfa Laval', 'S 821', '4190234'],
    'A',
    26_380,
  ),
  item('712.01', 'Lube oil separator', 'Separator room', ['Alfa Laval', 'P 605', '4187761'], 'B', 52_140),
  item(
    '721.01',
    'Sea water cooling pump no. 1',
    'Engine room, tank top',
    ['DESMI', 'NSL 200-330', '77120-1'],
    'A',
    39_811,
  ),
  item(
    '722.01',
    'Central cooler, low temperature',
    'Engine room, 3rd deck',
    ['Alfa Laval', 'M15-MFM', '30106-55'],
    'A',
  ),
  item(
    '731.01',
    'Starting air compressor no. 1',
    'Engine room, 3rd deck',
    ['Sauer', 'WP 65 L', '129 874'],
    'A',
    6_122,
  ),
  item(
    '731.02',
    'Starting air compressor no. 2',
    'Engine room, 3rd deck',
    ['Sauer', 'WP 65 L', '129 875'],
    'A',
    5_874,
  ),
  item(
    '761.01',
    'Fresh water generator',
    'Engine room, 3rd deck',
    ['Alfa Laval', 'JWP-16-C40', '5510-229'],
    'C',
    44_905,
  ),
  item(
    '803.01',
    'Oily water separator',
    'Engine room, tank top',
    ['RWO', 'SKIT/S-DEB 2.5', '09-1187'],
    'A',
    3_340,
  ),
  item('811.01', 'Fire detection system', 'Bridge', ['Consilium', 'Salwico CS4000', 'CS4-20771'], 'A'),
  item('813.01', 'Emergency fire pump', 'Bow thruster room', ['DESMI', 'NSL 100-265', '77126-1'], 'A', 198),
  item(
    '815.01',
    'CO₂ fire extinguishing system',
    'CO₂ room, main deck',
    ['Unitor', '46 × 45 kg', 'U-30518'],
    'A',
  ),
];
