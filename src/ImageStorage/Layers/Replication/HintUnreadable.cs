namespace ImageStorage;

/// <summary>A note of the fallback cannot be read, so what it stood for cannot be brought to the primary. It is kept; the image stays unavailable until it is saved or deleted anew.</summary>
/// <param name="Document">The name of the document on the fallback.</param>
/// <param name="Reason">What is wrong with it.</param>
public sealed record HintUnreadable(string Document, string Reason) : StorageEvent;
