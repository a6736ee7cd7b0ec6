namespace ImageStorage.Testing;

/// <summary>A moment in a call of a provider at which <see cref="FaultInjectingProvider"/> can make it fail.</summary>
/// <param name="Operation">The name of the member, such as <see cref="ImageStorage.Providers.IImageProvider.PutAsync"/>.</param>
/// <param name="Key">The image that the call is about; null for listings and totals.</param>
/// <param name="HasTakenEffect">False before the provider was called; true when it has answered and the answer can still be lost.</param>
public sealed record ProviderCall(string Operation, ImageKey? Key, bool HasTakenEffect);
