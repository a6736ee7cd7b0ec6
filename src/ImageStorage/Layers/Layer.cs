using ImageStorage.Providers;

namespace ImageStorage.Layers;

/// <summary>A layer around a provider.</summary>
/// <param name="Kind">The position of the layer in the order of layers; each kind at most once.</param>
/// <param name="Wrap">Creates the layer around a provider.</param>
public sealed record Layer(LayerKind Kind, Func<IServiceProvider, IImageProvider, IImageProvider> Wrap);
