using ImageStorage.Providers;

namespace ImageStorage.Testing;

/// <summary>A moment in a provider call at which <see cref="FaultInjectingProvider"/> can throw an exception.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="Key">The key of the image; null for calls without a key, such as listings and usage.</param>
/// <param name="HasTakenEffect">False before the call of the provider; true after the call, when the answer can still
/// be lost.</param>
/// <param name="Name">The name of the document, the prefix of a list of documents, or the id of the retained version;
/// otherwise null.</param>
public sealed record ProviderCall(ProviderOperation Operation, ImageKey? Key, bool HasTakenEffect, string? Name = null);
