namespace ImageStorage.Testing;

/// <summary>A moment in a provider call at which <see cref="FaultInjectingProvider"/> can throw an exception.</summary>
/// <param name="Operation">The name of the member, such as
/// <see cref="ImageStorage.Providers.IImageProvider.PutAsync"/>.</param>
/// <param name="Key">The key of the image; null for calls without a key, such as listings and usage.</param>
/// <param name="HasTakenEffect">False before the call of the provider; true after the call, when the answer can still
/// be lost.</param>
public sealed record ProviderCall(string Operation, ImageKey? Key, bool HasTakenEffect);
