namespace ImageStorage.Tool.Files;

/// <summary>The program that reads the output of the tool has ended before all of it was written, as <c>head</c> does.</summary>
internal sealed class OutputClosedException() : IOException("The output was closed before everything was written.");
