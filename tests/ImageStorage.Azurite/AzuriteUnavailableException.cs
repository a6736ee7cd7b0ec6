namespace ImageStorage.Azurite;

/// <summary>Azurite cannot run on this machine. The message names the missing program and how to install it.</summary>
public sealed class AzuriteUnavailableException(string message, Exception? innerException = null) : Exception(message, innerException);
