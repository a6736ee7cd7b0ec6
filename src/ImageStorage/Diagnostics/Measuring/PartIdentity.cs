namespace ImageStorage.Diagnostics.Measuring;

/// <summary>The name and the role of a part, as <see cref="StorePart"/> has them.</summary>
internal sealed record PartIdentity(string Name, ProviderRole Role);
