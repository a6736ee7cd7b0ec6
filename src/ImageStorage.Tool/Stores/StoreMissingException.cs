namespace ImageStorage.Tool.Stores;

/// <summary>There is no store at the location that the command line names.</summary>
internal sealed class StoreMissingException(string message) : ToolException(message);
