namespace ImageStorage.LiteDb.Engine;

/// <summary>A write failed, and taking the write back failed too: the outcome is unknown.</summary>
internal sealed class UnknownOutcomeException(Exception innerException) : IOException("The outcome of a write is unknown.", innerException);
