namespace ImageStorage.FileSystem.Naming;

/// <summary>The decoded name of an entry in the tree of images.</summary>
/// <param name="Kind">The kind of the name.</param>
/// <param name="Text">The decoded part of the key.</param>
internal readonly record struct NamePart(NamePartKind Kind, string Text);
