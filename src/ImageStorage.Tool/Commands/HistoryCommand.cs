using System.CommandLine;
using ImageStorage.Tool.Output;

namespace ImageStorage.Tool.Commands;

/// <summary>The command <c>history</c>: the history of a store.</summary>
internal static class HistoryCommand
{
    public static Command Create(ToolConsole console) => new("history", "Shows the history that an application has written about its images.")
    {
        new HistoryLsCommand(console),
    };
}
