namespace ImageStorage.Azurite;

/// <summary>Azurite cannot be run on this machine; the message says what is missing and how to get it.</summary>
public sealed class AzuriteUnavailableException(string message, Exception? innerException = null) : Exception(message, innerException);
