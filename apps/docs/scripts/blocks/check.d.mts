export function faultsOf(text: string, page: string): string[];
export function faultsOfRunners(): string[];
export function isCommand(text: string): boolean;
