namespace ImageStorage.Tool;

/// <summary>A failure that the tool itself found; its message is all that the user needs.</summary>
internal class ToolException(string message, Exception? innerException = null) : Exception(message, innerException);
