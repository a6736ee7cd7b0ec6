namespace ImageStorage.Tool.Files;

/// <summary>The reader of the output ended before the whole output was written, as <c>head</c> does.</summary>
internal sealed class OutputClosedException() : IOException("The output was closed before everything was written.");
