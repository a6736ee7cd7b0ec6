namespace ImageStorage.Testing.NUnit;

/// <summary>
/// Reduces the cases of <see cref="KeyConformance{THarness}"/> to keys of each kind. For harnesses of stores that leave
/// the names of images to parts whose own harnesses pass all cases. One test still saves, lists and reads all keys.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
internal sealed class RepresentativeKeysAttribute : Attribute;
