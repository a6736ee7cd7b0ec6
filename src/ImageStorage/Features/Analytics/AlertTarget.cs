namespace ImageStorage.Analytics;

/// <summary>An address to which alerts are posted.</summary>
internal sealed record AlertTarget(Uri Address, Action<HttpRequestMessage>? Configure);
