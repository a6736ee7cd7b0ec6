using ImageStorage.Providers;

namespace ImageStorage.Testing.NUnit;

/// <summary>The composition of a store under test.</summary>
public enum StoreComposition
{
    /// <summary>One provider.</summary>
    Alone,

    /// <summary>The provider is the primary, with a second provider of the same kind as fallback.</summary>
    WithFallback,

    /// <summary>The provider is the primary, with a second provider of the same kind as mirror.</summary>
    WithMirror,
}

/// <summary>A write that <see cref="LayerConformance{THarness}"/> has made through the layer under test.</summary>
/// <param name="Path">The way of the write, for messages: <c>save</c>, <c>transaction</c>, <c>clean-up</c>.</param>
/// <param name="Key">The image.</param>
/// <param name="Effect">The effect of the write.</param>
/// <param name="Image">The bytes that a read must return; null if there must be no image.</param>
public sealed record LayerWrite(string Path, ImageKey Key, WriteEffect Effect, byte[]? Image);
