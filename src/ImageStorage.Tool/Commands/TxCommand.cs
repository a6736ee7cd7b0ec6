using System.CommandLine;
using ImageStorage.Tool.Output;

namespace ImageStorage.Tool.Commands;

/// <summary><c>tx</c>: the transactions that are not decided.</summary>
internal static class TxCommand
{
    public static Command Create(ToolConsole console) => new("tx", "Shows, and undoes, transactions that a process left when it died.")
    {
        new TxLsCommand(console),
        new TxRecoverCommand(console),
    };
}
