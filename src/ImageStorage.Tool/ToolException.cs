namespace ImageStorage.Tool;

/// <summary>A failure that the tool itself detects; the message is complete for the user.</summary>
internal class ToolException(string message, Exception? innerException = null) : Exception(message, innerException);
