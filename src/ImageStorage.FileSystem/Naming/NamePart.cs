namespace ImageStorage.FileSystem.Naming;

/// <summary>What the name of an entry in the tree of images stands for.</summary>
/// <param name="Kind">Which kind of name it is.</param>
/// <param name="Text">The part of the key behind it.</param>
internal readonly record struct NamePart(NamePartKind Kind, string Text);
