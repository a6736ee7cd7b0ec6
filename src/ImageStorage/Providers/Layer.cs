namespace ImageStorage.Providers;

/// <summary>One layer around a provider.</summary>
/// <param name="Kind">The kind, which decides where the layer is; a store has one layer of each kind at most.</param>
/// <param name="Wrap">Puts the layer around a provider.</param>
public sealed record Layer(LayerKind Kind, Func<IServiceProvider, IImageProvider, IImageProvider> Wrap)
{
    /// <summary>Gets the position of the layer relative to the layer of its kind.</summary>
    internal LayerPosition Position { get; private init; } = LayerPosition.OfKind;

    /// <summary>Returns a layer directly outside of the layer of a kind, whether the store has that layer or not. Any number is allowed; the first that is added is the outermost.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="wrap">Puts the layer around a provider.</param>
    public static Layer Outside(LayerKind kind, Func<IServiceProvider, IImageProvider, IImageProvider> wrap) => new(kind, wrap) { Position = LayerPosition.Outside };

    /// <summary>Returns a layer directly inside of the layer of a kind, whether the store has that layer or not. Any number is allowed; the first that is added is the outermost.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="wrap">Puts the layer around a provider.</param>
    public static Layer Inside(LayerKind kind, Func<IServiceProvider, IImageProvider, IImageProvider> wrap) => new(kind, wrap) { Position = LayerPosition.Inside };
}

/// <summary>The positions of a layer relative to the layer of its kind, from the outermost to the innermost.</summary>
internal enum LayerPosition
{
    Outside,
    OfKind,
    Inside,
}
