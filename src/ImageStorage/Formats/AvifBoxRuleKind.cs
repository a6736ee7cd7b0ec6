namespace ImageStorage.Formats;

/// <summary>What the scanner does with a box; see <see cref="AvifBoxRule"/>.</summary>
internal enum AvifBoxRuleKind
{
    Skip,
    Keep,
    Descend,
}
