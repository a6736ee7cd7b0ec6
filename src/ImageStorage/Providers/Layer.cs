namespace ImageStorage.Providers;

/// <summary>One layer around a provider.</summary>
/// <param name="Kind">The kind, which determines the position of the layer. A store has at most one layer of each
/// kind.</param>
/// <param name="Wrap">Creates the layer around a provider.</param>
public sealed record Layer(LayerKind Kind, Func<IServiceProvider, IImageProvider, IImageProvider> Wrap)
{
    /// <summary>Gets the position of the layer relative to the layer of its kind.</summary>
    internal LayerPosition Position { get; private init; } = LayerPosition.OfKind;

    /// <summary>
    /// Creates a layer directly outside of the layer of a kind. The store need not have a layer of that kind. Any
    /// number of such layers is allowed; the layer that is added first is the outermost.
    /// </summary>
    /// <param name="kind">The kind.</param>
    /// <param name="wrap">Creates the layer around a provider.</param>
    public static Layer Outside(LayerKind kind, Func<IServiceProvider, IImageProvider, IImageProvider> wrap) => new(kind, wrap) { Position = LayerPosition.Outside };

    /// <summary>
    /// Creates a layer directly inside of the layer of a kind. The store need not have a layer of that kind. Any number
    /// of such layers is allowed; the layer that is added first is the outermost.
    /// </summary>
    /// <param name="kind">The kind.</param>
    /// <param name="wrap">Creates the layer around a provider.</param>
    public static Layer Inside(LayerKind kind, Func<IServiceProvider, IImageProvider, IImageProvider> wrap) => new(kind, wrap) { Position = LayerPosition.Inside };
}

/// <summary>The positions of a layer relative to the layer of its kind, from the outermost to the innermost.</summary>
internal enum LayerPosition
{
    Outside,
    OfKind,
    Inside,
}
