using System.CommandLine;
using ImageStorage.Tool.Output;

namespace ImageStorage.Tool.Commands;

/// <summary><c>history</c>: what an application did with its images.</summary>
internal static class HistoryCommand
{
    public static Command Create(ToolConsole console) => new("history", "Shows what an application did with its images.")
    {
        new HistoryLsCommand(console),
    };
}
