namespace ImageStorage.Formats;

/// <summary>The treatment of a box by the scanner; see <see cref="AvifBoxRule"/>.</summary>
internal enum AvifBoxRuleKind
{
    Skip,
    Keep,
    Descend,
}
