/** The people of the sample ship who plan, do and sign off work, by the rank other sample records name. */
export const sampleCrew = [
  { rank: 'Master', name: 'Henrik Aas' },
  { rank: 'Chief officer', name: 'Marina Kovač' },
  { rank: 'Chief engineer', name: 'Tomasz Wilk' },
  { rank: 'Second engineer', name: 'Rajesh Nair' },
  { rank: 'Third engineer', name: 'Joel Santos' },
  { rank: 'Electrician', name: 'Oleksandr Bilyk' },
  { rank: 'Bosun', name: 'Reynaldo Magbanua' },
  { rank: 'Motorman', name: 'Danilo Reyes' },
] as const;

export type SampleRank = (typeof sampleCrew)[number]['rank'];
