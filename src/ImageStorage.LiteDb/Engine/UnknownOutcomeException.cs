namespace ImageStorage.LiteDb.Engine;

/// <summary>A write failed, and taking it back failed too: nobody can tell which of the two will be found.</summary>
internal sealed class UnknownOutcomeException(Exception innerException) : IOException("The outcome of a write is unknown.", innerException);
