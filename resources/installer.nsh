; What the installer for Windows does besides: the folder in which all accounts of this computer work on the same ship.
; Made by an administrator, with nobody's rights but those given here: the system's and the administrators' whole, and every
; user's to read, write and remove, also what another one made. What is in it stays as it is.
!macro customInstall
  Push $0
  Push $1
  SetShellVarContext all
  StrCpy $0 "$APPDATA\ARUS"
  ; A link to another place that somebody put there goes, and what it leads to stays.
  System::Call 'kernel32::GetFileAttributes(t r0) i .r1'
  ${if} $1 != -1
    IntOp $1 $1 & 0x400
    ${if} $1 != 0
      RMDir "$0"
    ${endif}
  ${endif}
  CreateDirectory "$0"
  nsExec::ExecToLog '"$SYSDIR\icacls.exe" "$0" /setowner *S-1-5-32-544 /Q'
  Pop $1
  nsExec::ExecToLog '"$SYSDIR\icacls.exe" "$0" /inheritance:r /grant:r *S-1-5-18:(OI)(CI)F *S-1-5-32-544:(OI)(CI)F *S-1-5-32-545:(OI)(CI)M /Q'
  Pop $1
  ${if} $1 != 0
    DetailPrint "The rights of $0 could not be set ($1). Each account works with a ship of its own where it may not write there."
  ${endif}
  Pop $1
  Pop $0
!macroend
