import type { Seeded } from '#support/seeded.ts';

/** Words of remarks in work orders, roughly the frequent ones first: they are drawn so. */
const words = (
  'the and of to checked no in found new cleaned oil pump on with ok after running bar from for was by hours ' +
  'replaced temperature pressure leak bearing normal valve filter tested not side seal fitted water engine port ' +
  'stbd gasket at tightened is next inspection within limits measured slight wear cooler spare ordered ' +
  'to-be-monitored greased alarm sensor fuel line adjusted renewed clearance mm shaft motor vibration noise inlet ' +
  'outlet suction discharge o-ring mechanical coupling aligned overhauled purifier separator bowl disc compressor ' +
  'stage relief insulation resistance MOhm cable gland box switch breaker panel lamp battery charged level tank ' +
  'bilge ballast fire foam hydrant hose nozzle lifeboat davit brake wire rope sheave winch drum lining crane ' +
  'hydraulic hose-burst cylinder liner piston ring injector nozzle-tip exhaust turbocharger wash blade casing ' +
  'strainer blocked flushed drained refilled sample lab report chief informed superintendent awaiting delivery ' +
  'port-call Rotterdam Singapore Santos agent class surveyor witnessed postponed weather rough crew shortage ' +
  'repeat until stable trend rising slowly corrosion pitting coating touched-up primer welded crack bracket'
).split(' ');

const tasks =
  'Overhaul|Inspect|Renew seals of|Grease|Test|Clean|Calibrate|Replace filter of|Check alignment of|Megger'.split(
    '|',
  );
const machines = (
  'fuel oil purifier|lube oil pump|jacket water pump|sea water pump|main air compressor|air conditioning compressor|' +
  'fire pump|emergency fire pump|bilge pump|ballast pump|steering gear|bow thruster|anchor windlass|mooring winch|' +
  'cargo crane|hatch cover|provision crane|lifeboat davit|rescue boat engine|auxiliary engine|emergency generator|' +
  'turbocharger|fuel injection pump|exhaust valve|boiler burner|feed water pump|oily water separator|incinerator|' +
  'sewage plant|fresh water generator|hydrophore|refrigeration plant|engine room fan|CO2 system|fire detector loop|' +
  'main switchboard|shaft generator|stern tube seal|propeller pitch control|gyro compass'
).split('|');

export const equipmentNames = machines.map(capital);

/** 4 to 18 words, common ones often. */
export function remark(chance: Seeded): string {
  const text = Array.from({ length: chance.between(4, 18) }, () => skewed(words, chance)).join(' ');
  return `${capital(text)}.`;
}

/** What is to be done on the machine at `place` of `equipmentNames`. */
export function title(place: number, chance: Seeded): string {
  return `${chance.pick(tasks)} ${machines[place] ?? ''} no. ${chance.between(1, 4)}`;
}

/** One of `list`, the first ones far more often than the last (Zipf's law, exponent 1). */
export function skewed<T>(list: readonly T[], chance: Seeded): T {
  const place = Math.floor(Math.exp(chance.next() * Math.log(list.length + 1))) - 1;
  const chosen = list[Math.min(place, list.length - 1)];
  if (chosen === undefined) throw new Error('There is nothing to pick from');
  return chosen;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
