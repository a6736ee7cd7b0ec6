namespace ImageStorage.LiteDb.Files;

/// <summary>Another owner has a file of the store open.</summary>
internal sealed class StoreInUseException(Exception? innerException = null) : IOException("A file of the store is open elsewhere.", innerException);
