namespace ImageStorage.Resilience;

/// <summary>Marks a failure of a call that was never made, so that it can have had no effect; what failed before it is inside.</summary>
internal sealed class ProviderNotAskedException(Exception cause) : Exception("The provider was not asked.", cause);
